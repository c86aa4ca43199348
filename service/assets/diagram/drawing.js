// How every diagram is drawn, where it is read and where it is edited: type, colours, and names of lanes that stay within their band.
import TextRenderer from "bpmn-js/lib/draw/TextRenderer";

const BAND = 30; // what bpmn-js leaves for the name of a lane, however long it is: two lines of 11 px
const IN_BAND = { fontSize: 11, lineHeight: 1.3 };
const ENDS = { top: 0, right: 5, bottom: 0, left: 5 };

function NameRenderer(config) {
  TextRenderer.call(this, config);
  const { createText } = this;
  this.createText = (text, options = {}) => {
    const inBand = options.box?.height === BAND && options.align === "center-middle";
    return createText(text, inBand ? { ...options, padding: ENDS, style: { ...options.style, ...IN_BAND } } : options);
  };
}

NameRenderer.$inject = TextRenderer.$inject;

export const laneNames = { textRenderer: ["type", NameRenderer] };

export const looks = {
  textRenderer: {
    defaultStyle: { fontFamily: '"Be Vietnam Pro", sans-serif', fontSize: 12.5, fontWeight: 500, lineHeight: 1.3 },
    externalStyle: { fontSize: 12, lineHeight: 1.3 },
  },
  bpmnRenderer: { defaultFillColor: "var(--sheet)", defaultStrokeColor: "var(--ink2)", defaultLabelColor: "var(--ink)" },
};

// Names are measured when they are drawn: by another type, while this one is still on its way, they would be broken and placed wrongly.
export const typeIsThere = () => Promise.all(["a", "\u1ea1"].map((sign) => document.fonts.load('500 12px "Be Vietnam Pro"', sign)));
