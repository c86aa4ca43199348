// A step let go near an arrow, or on its label, stands in it: nobody hits a line of one pixel with a hand.
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { setSnapped } from "diagram-js/lib/features/snapping/SnapUtil";

const NEAR = 20;
const GROUND = ["bpmn:Process", "bpmn:Collaboration", "bpmn:Participant", "bpmn:Lane", "bpmn:SubProcess"];

function nearest({ waypoints }, at) {
  const points = waypoints.slice(1).map((to, place) => {
    const from = waypoints[place];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const part = Math.max(0, Math.min(1, ((at.x - from.x) * dx + (at.y - from.y) * dy) / (dx * dx + dy * dy || 1)));
    const [x, y] = [from.x + part * dx, from.y + part * dy];
    return { x, y, far: Math.hypot(at.x - x, at.y - y) };
  });
  return points.reduce((one, other) => (other.far < one.far ? other : one));
}

function Dropping(eventBus, elementRegistry, bpmnRules) {
  eventBus.on(["create.move", "create.hover"], 1600, (event) => {
    const { elements, shape } = event.context;
    const { hover } = event;
    if (!hover || elements.length > 1 || !(hover.labelTarget || isAny(hover, GROUND))) return;
    const [best] = elementRegistry
      .filter((one) => is(one, "bpmn:SequenceFlow") && one.waypoints && bpmnRules.canInsert(shape, one))
      .map((flow) => ({ flow, ...nearest(flow, event) }))
      .filter(({ far }) => far <= NEAR)
      .sort((a, b) => a.far - b.far);
    if (!best) return;
    event.hover = best.flow;
    event.hoverGfx = elementRegistry.getGraphics(best.flow);
    setSnapped(event, "x", best.x);
    setSnapped(event, "y", best.y);
  });
}
Dropping.$inject = ["eventBus", "elementRegistry", "bpmnRules"];

export const dropping = { __init__: ["dropping"], dropping: ["type", Dropping] };
