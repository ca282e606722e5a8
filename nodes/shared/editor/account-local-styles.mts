/** The looks of *Devices on the LAN*, put into the page once. Colours are the editor's. */

const css = `
.lumiot-local { margin: 0 0 14px; padding: 8px 12px; border: 1px solid var(--red-ui-secondary-border-color); border-radius: 4px; }
.lumiot-local > summary { cursor: pointer; font-weight: bold; }
.lumiot-local > summary:focus-visible { outline: 1px solid var(--red-ui-form-input-focus-color); }
.red-ui-editor ul.lumiot-local-list { list-style: none; margin: 8px 0 0; padding: 0; }
/* What adds to it stays in reach of a long list. */
.red-ui-editor ul.lumiot-local-list { max-height: 430px; overflow: auto; }
.lumiot-local-list > li { padding: 8px 0; border-top: 1px solid var(--red-ui-secondary-border-color); }
.lumiot-local-line { display: grid; grid-template-columns: 12px minmax(0, 3fr) minmax(0, 2fr) repeat(3, max-content); gap: 6px; align-items: center; }
.red-ui-editor .lumiot-local-line input[type="text"] { width: 100%; min-width: 0; box-sizing: border-box; }
.lumiot-local-about, .lumiot-local-result { margin-left: 18px; }
.lumiot-local-dot { display: block; width: 9px; height: 9px; box-sizing: border-box; border-radius: 50%; border: 2px solid var(--red-ui-node-status-colors-grey); }
.lumiot-local-dot[data-standing="reachable"] { background: var(--red-ui-node-status-colors-green); border-color: var(--red-ui-node-status-colors-green); }
.lumiot-local-dot[data-standing="offline"] { border-color: var(--red-ui-node-status-colors-red); }
.lumiot-local-dot[data-standing="token-rejected"] { background: var(--red-ui-node-status-colors-red); border-color: var(--red-ui-node-status-colors-red); }
.lumiot-local-panel { margin: 12px 0 4px; padding: 10px 12px; border: 1px solid var(--red-ui-form-input-border-color); border-radius: 4px; }
.lumiot-local-panel[hidden], .lumiot-import-password[hidden] { display: none; }
.lumiot-local-head { display: flex; justify-content: space-between; align-items: center; gap: 8px; margin: 0 0 8px; }
.red-ui-editor .lumiot-local-head h4 { margin: 0; font-size: 14px; font-weight: bold; }
.lumiot-drop { display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 8px; padding: 16px 12px; text-align: center;
  border: 2px dashed var(--red-ui-form-input-border-color); border-radius: 4px; color: var(--red-ui-secondary-text-color); }
.lumiot-drop input[type="file"] { display: none; }
.lumiot-drop.lumiot-over, .lumiot-drop:focus-visible { border-color: var(--red-ui-form-input-focus-color); outline: none; }
.lumiot-import-password { margin: 10px 0 0; }
.red-ui-editor .lumiot-import-password label { width: auto; display: block; }
.lumiot-import-password .lumiot-field { width: 100%; }
.lumiot-preview-frame { max-height: 320px; overflow: auto; margin: 8px 0 0; }
.lumiot-preview { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 18px; }
.lumiot-preview th { text-align: left; font-weight: normal; color: var(--red-ui-secondary-text-color); }
.lumiot-preview th, .lumiot-preview td { padding: 4px 8px 4px 0; vertical-align: top; border-bottom: 1px solid var(--red-ui-secondary-border-color); overflow-wrap: anywhere; }
.red-ui-editor .lumiot-preview input[type="checkbox"] { width: auto; margin: 0; }
/* A dialog can be narrow; an address is read whole. */
.lumiot-preview td:nth-child(2) { min-width: 100px; }
.lumiot-preview td.lumiot-preview-place { min-width: 124px; }
.lumiot-preview-token { white-space: nowrap; font-family: var(--red-ui-monospace-font); }
.lumiot-preview-small { font-size: 12px; color: var(--red-ui-secondary-text-color); overflow-wrap: anywhere; }
.lumiot-preview-small.lumiot-warn { color: var(--red-ui-text-color-warning); }
.lumiot-import-skipped { margin: 8px 0 0; }
.red-ui-editor ul.lumiot-import-failed { margin: 0; padding-left: 18px; font-size: 12px; line-height: 18px; color: var(--red-ui-secondary-text-color); }
.red-ui-editor ul.lumiot-found-local { list-style: none; margin: 8px 0 0; padding: 0; max-height: 320px; overflow: auto; }
.lumiot-found-local > li { display: grid; grid-template-columns: minmax(0, 1fr) max-content max-content; gap: 10px; align-items: center; padding: 6px 0;
  border-top: 1px solid var(--red-ui-secondary-border-color); line-height: 18px; overflow-wrap: anywhere; }
.lumiot-typed-row { display: grid; grid-template-columns: 110px minmax(0, 1fr); gap: 8px; align-items: center; margin: 0 0 8px; }
.red-ui-editor .lumiot-typed-row label { width: auto; margin: 0; }
.red-ui-editor .lumiot-typed-row input { width: 100%; box-sizing: border-box; }
`;

const id = 'lumiot-local-styles';

export function addLocalStyles(): void {
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = css;
  document.head.append(style);
}
