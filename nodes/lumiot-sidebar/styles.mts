/** The looks of the tab, put into the page once. Colours are the editor's, so that every theme works. */

const css = `
.lumiot-sidebar { position: absolute; inset: 0; display: flex; flex-direction: column; color: var(--red-ui-primary-text-color);
  background: var(--red-ui-secondary-background); font-size: 13px; line-height: 18px; }
.lumiot-sidebar [hidden] { display: none !important; }
.lumiot-sidebar h3, .lumiot-sidebar h4, .lumiot-sidebar p, .lumiot-sidebar ul, .lumiot-sidebar dl, .lumiot-sidebar dd { margin: 0; padding: 0; font: inherit; }
.lumiot-sidebar ul { list-style: none; }
.lumiot-sidebar .lumiot-search { display: block; height: auto; padding: 6px 8px; text-align: left; white-space: normal; }
.lumiot-search .red-ui-searchBox-container { display: block; width: 100%; max-width: none; box-sizing: border-box; }
.lumiot-search .red-ui-searchBox-container input { width: 100%; box-sizing: border-box; }
.lumiot-scroll { flex: 1; min-height: 0; overflow-y: auto; scrollbar-gutter: stable; }
.lumiot-sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lumiot-gateway { border-bottom: 1px solid var(--red-ui-secondary-border-color); padding-bottom: 8px; }
.lumiot-gateway > header { padding: 10px 12px 6px; }
.lumiot-title { display: grid; grid-template-columns: 10px minmax(0, 1fr) auto; gap: 8px; align-items: center; }
.lumiot-title h3 { font-weight: 600; font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lumiot-phase, .lumiot-about { color: var(--red-ui-secondary-text-color); font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lumiot-gateway > header > .lumiot-about { margin-left: 18px; min-height: 18px; }
.lumiot-dot { display: block; width: 9px; height: 9px; box-sizing: border-box; border-radius: 50%; border: 2px solid var(--red-ui-node-status-colors-grey); }
.lumiot-dot[data-online="true"] { background: var(--red-ui-node-status-colors-green); border-color: var(--red-ui-node-status-colors-green); }
.lumiot-dot[data-online="false"] { border-color: var(--red-ui-node-status-colors-red); }
.lumiot-sidebar .lumiot-buttons { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.lumiot-gateway > .lumiot-buttons { padding: 0 12px 8px; }
.lumiot-sidebar .red-ui-button-small { margin: 0; min-width: 26px; height: 26px; line-height: 24px; padding: 0 8px; font-size: 12px; white-space: nowrap;
  max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
.lumiot-icon-button { width: 24px; height: 24px; padding: 0; border: 0; border-radius: 3px; background: none; color: var(--red-ui-secondary-text-color); cursor: pointer; }
.lumiot-icon-button:hover { background: var(--red-ui-secondary-background-hover); color: var(--red-ui-primary-text-color); }
.lumiot-sidebar :is(button, summary, [role="button"], input):focus-visible { outline: 2px solid var(--red-ui-form-input-focus-color); outline-offset: -1px; }
.lumiot-sidebar :is(.lumiot-problem, .lumiot-hint-text, .lumiot-nothing) { padding: 0 12px; }
.lumiot-sidebar :is(.lumiot-problem, .lumiot-hint-text, .lumiot-nothing):not(:empty) { padding: 2px 12px 8px; }
.lumiot-problem { color: var(--red-ui-text-color-error); }
.lumiot-hint-text, .lumiot-nothing { color: var(--red-ui-secondary-text-color); }
.lumiot-room > summary { display: list-item; cursor: pointer; padding: 6px 12px 4px; font-weight: 600; color: var(--red-ui-secondary-text-color); }
.lumiot-count { margin-left: 6px; font-weight: normal; font-size: 12px; opacity: .8; }
.lumiot-device { position: relative; }
.lumiot-device:not(:has([aria-expanded="true"])) { content-visibility: auto; contain-intrinsic-height: auto 48px; }
.lumiot-line-button { display: grid; grid-template-columns: 10px minmax(0, 1fr); column-gap: 8px; align-items: center; padding: 5px 38px 5px 12px; cursor: pointer; user-select: none;
  min-height: 48px; box-sizing: border-box; }
.lumiot-line-button:hover { background: var(--red-ui-list-item-background-hover); }
.lumiot-line-button[aria-expanded="true"] { background: var(--red-ui-list-item-background-selected); }
.lumiot-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lumiot-value { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.lumiot-line-button > div { grid-column: 2; display: flex; justify-content: space-between; gap: 8px; align-items: center; min-width: 0; }
.lumiot-line-button .lumiot-name { flex: 1; min-width: 0; }
.lumiot-line-button .lumiot-value { flex: none; max-width: 58%; }
.lumiot-chart { flex: none; }
.lumiot-line-button .lumiot-empty { display: none; }
.lumiot-chart { display: block; width: 60px; height: 16px; justify-self: end; overflow: visible; }
.lumiot-chart.lumiot-empty { visibility: hidden; }
.lumiot-chart polyline { fill: none; stroke: var(--red-ui-node-status-colors-blue); stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round; }
.lumiot-chart circle { fill: var(--red-ui-node-status-colors-blue); }
.lumiot-add { position: absolute; top: 12px; right: 8px; }
.lumiot-new > .lumiot-line-button { box-shadow: inset 3px 0 var(--red-ui-text-color-success); }
.lumiot-details { padding: 8px 12px 12px 20px; background: var(--red-ui-form-background, var(--red-ui-secondary-background)); display: grid; gap: 8px; }
.lumiot-values > div { display: grid; grid-template-columns: minmax(0, 1fr) 60px minmax(66px, auto); gap: 8px; align-items: center; padding: 2px 0; }
.lumiot-values.lumiot-plain > div { grid-template-columns: minmax(0, 1fr) auto; }
.lumiot-values dt { font-weight: normal; overflow-wrap: break-word; hyphens: auto; color: var(--red-ui-secondary-text-color); }
.lumiot-sidebar .lumiot-number-cell { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; max-width: 180px; }
.lumiot-identity { font-size: 12px; color: var(--red-ui-secondary-text-color); overflow-wrap: anywhere; user-select: text; }
.lumiot-naming { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 6px 8px; align-items: center; }
.lumiot-naming label { margin: 0; font-size: inherit; }
.lumiot-sidebar .lumiot-naming input[type="text"] { width: 100%; height: 28px; margin: 0; padding: 2px 6px; box-sizing: border-box; font-size: inherit;
  color: var(--red-ui-form-text-color); background: var(--red-ui-form-input-background); border: 1px solid var(--red-ui-form-input-border-color); border-radius: 3px; }
.lumiot-panel { margin: 0 12px 10px; padding: 8px 10px; border: 1px solid var(--red-ui-secondary-border-color); border-radius: 4px;
  background: var(--red-ui-form-background, var(--red-ui-secondary-background)); }
.lumiot-details .lumiot-panel { margin: 0; }
.lumiot-panel > header { display: flex; justify-content: space-between; align-items: center; gap: 8px; margin-bottom: 4px; }
.lumiot-panel h4 { font-weight: 600; }
.lumiot-pairing { display: grid; gap: 6px; border-color: var(--red-ui-form-input-focus-color); }
.lumiot-pairing [role="timer"] { flex: 1; font-size: 15px; font-variant-numeric: tabular-nums; }
.lumiot-doctor li { display: grid; grid-template-columns: 16px minmax(0, 1fr); gap: 6px; padding: 4px 0; }
.lumiot-doctor li > i { line-height: 18px; text-align: center; }
.lumiot-fine > i { color: var(--red-ui-text-color-success); }
.lumiot-wrong > i { color: var(--red-ui-text-color-error); }
.lumiot-doctor .lumiot-detail, .lumiot-report p { font-size: 12px; color: var(--red-ui-secondary-text-color); overflow-wrap: anywhere; }
.lumiot-wrong .lumiot-remedy { margin-top: 2px; }
.lumiot-fine .lumiot-remedy { font-size: 12px; }
.lumiot-sidebar textarea[readonly] { display: block; width: 100%; box-sizing: border-box; margin: 6px 0; padding: 6px; resize: vertical; white-space: pre; overflow: auto;
  font-family: var(--red-ui-monospace-font, monospace); font-size: 11px; line-height: 15px; color: var(--red-ui-form-text-color);
  background: var(--red-ui-form-input-background); border: 1px solid var(--red-ui-form-input-border-color); border-radius: 3px; }
.lumiot-said { color: var(--red-ui-text-color-success); }
.lumiot-empty-state { padding: 40px 24px; text-align: center; color: var(--red-ui-secondary-text-color); }
.lumiot-empty-state > i { font-size: 32px; }
.lumiot-sidebar .lumiot-empty-state h3 { margin: 10px 0 6px; font-size: 15px; color: var(--red-ui-primary-text-color); }
.lumiot-sidebar .lumiot-empty-state p { margin-bottom: 14px; }
.lumiot-chip { max-width: 240px; padding: 5px 10px; pointer-events: none; border: 1px solid var(--red-ui-node-border); border-left: 8px solid; border-radius: 5px;
  background: var(--red-ui-form-background, var(--red-ui-secondary-background)); color: var(--red-ui-primary-text-color); font-size: 13px; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; box-shadow: 0 2px 8px var(--red-ui-shadow); cursor: grabbing; }
`;

const id = 'lumiot-sidebar-styles';

export function addSidebarStyles(): void {
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = css;
  document.head.append(style);
}
