"""Reports of letters that came back, in the shapes in which mail servers write them."""

from __future__ import annotations

POSTFIX = """\
Return-Path: <>
Delivered-To: {to}
Received: by mx.sonmai.example (Postfix) id 4F1A; Mon, 23 Nov 2026 09:12:44 +0700 (+07)
Date: Mon, 23 Nov 2026 09:12:44 +0700 (+07)
From: MAILER-DAEMON@mx.sonmai.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F1A.1795399964/mx.sonmai.example"
Content-Transfer-Encoding: 8bit
Message-ID: <{own}@mx.sonmai.example>

This is a MIME-encapsulated message.

--4F1A.1795399964/mx.sonmai.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.sonmai.example.

<{address}>: host mail.thondong.example[192.0.2.7] said: {said} (in
    reply to RCPT TO command)

--4F1A.1795399964/mx.sonmai.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sonmai.example
X-Postfix-Queue-ID: 4F1A
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Mon, 23 Nov 2026 09:12:40 +0700 (+07)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.thondong.example
Diagnostic-Code: smtp; {said}

--4F1A.1795399964/mx.sonmai.example
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <{to}>
From: Vinh Danh <no-reply@vinhdanh.invalid>
To: <{address}>
Subject: =?utf-8?b?Vmnhu4djIG3hu5tp?=
Message-ID: {id}
Auto-Submitted: auto-generated
Content-Type: text/plain; charset=utf-8

Gửi ông Nguyễn Lá Xanh,

--4F1A.1795399964/mx.sonmai.example--
"""

EXIM = """\
Return-path: <>
From: Mail Delivery System <Mailer-Daemon@exim.sonmai.example>
To: {to}
Auto-Submitted: auto-replied
X-Failed-Recipients: {address}
Content-Type: multipart/report; report-type=delivery-status; boundary=1795399964-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <{own}@exim.sonmai.example>
Date: Mon, 23 Nov 2026 09:12:44 +0700

--1795399964-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

  {address}
    host mail.thondong.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{address}>: {said}

--1795399964-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; exim.sonmai.example

Action: {action}
Final-Recipient: rfc822;{address}
Status: 5.0.0
Remote-MTA: dns; mail.thondong.example
Diagnostic-Code: smtp; {said}

--1795399964-eximdsn-1804289383
Content-type: text/rfc822-headers

Return-path: <{to}>
From: Vinh Danh <no-reply@vinhdanh.invalid>
To: <{address}>
Message-ID: {id}

--1795399964-eximdsn-1804289383--
"""

EXCHANGE = """\
From: <postmaster@thondong.example>
To: <{to}>
Date: Mon, 23 Nov 2026 02:12:44 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_c1d0b9a1-7a3e_"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: vi-VN
Message-ID: <{own}@SG2PR01MB.apcprd01.prod.exchangelabs.com>
In-Reply-To: {id}
References: {id}
Subject: =?utf-8?B?S2jDtG5nIHRo4buDIGfhu61p?=
Auto-Submitted: auto-replied
MIME-Version: 1.0

--_c1d0b9a1-7a3e_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_38f4_"

--_38f4_
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Không gửi được thư tới {address}.

--_38f4_
Content-Type: text/html; charset="utf-8"

<html><body><p>Không gửi được.</p></body></html>

--_38f4_--

--_c1d0b9a1-7a3e_
Content-Type: message/delivery-status

Reporting-MTA: dns;SG2PR01MB.apcprd01.prod.exchangelabs.com
Received-From-MTA: dns;mx.sonmai.example
Arrival-Date: Mon, 23 Nov 2026 02:12:40 +0000

Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{said}
X-Display-Name: Nguyen La Xanh

--_c1d0b9a1-7a3e_
Content-Type: message/rfc822

Received: from mx.sonmai.example
From: Vinh Danh <no-reply@vinhdanh.invalid>
To: <{address}>
Message-ID: {id}
Content-Type: text/plain

x

--_c1d0b9a1-7a3e_--
"""

SHAPES = {"postfix": POSTFIX, "exim": EXIM, "exchange": EXCHANGE}


def report(
    message_id: str, *, shape: str = "postfix", status: str = "5.1.1", action: str = "failed", own: str = "1",
    said: str = "550 5.1.1 <la.xanh@thondong.example>: Recipient address rejected: User unknown",
    address: str = "la.xanh@thondong.example", to: str = "no-reply@vinhdanh.invalid",
) -> bytes:
    """A report as one of the servers writes it; `own` makes its own Message-ID."""
    text = SHAPES[shape].format(id=message_id, status=status, action=action, own=own, said=said, address=address, to=to)
    return text.replace("\n", "\r\n").encode()
