"""The council: its sessions, who sits in it, and its votes."""
