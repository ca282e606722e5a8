/// <reference path="./red.d.ts" />
/** Draws the labels of the package's nodes again, when a name became known or changed. */
export function redraw(): void {
  RED.nodes.eachNode((node) => {
    if (!/^(lumi|miot|lumiot)-/.test(node.type)) return;
    node.dirty = true;
    node.resize = true;
  });
  RED.view.redraw();
}
