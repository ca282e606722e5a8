/** The looks of the dialogs' own parts, put into the page once however many dialogs are loaded. Colours are the editor's. */

const css = `
.lumiot-combo { display: inline-block; position: relative; width: 70%; vertical-align: middle; }
.red-ui-editor .lumiot-combo input[type="text"] { width: 100%; padding-right: 28px; box-sizing: border-box; text-overflow: ellipsis; }
.lumiot-combo-arrow { position: absolute; right: 1px; top: 1px; width: 26px; height: 32px; line-height: 32px; text-align: center; cursor: pointer;
  color: var(--red-ui-secondary-text-color); }
.lumiot-popup { position: fixed; z-index: 2000; box-sizing: border-box; display: flex; flex-direction: column; overflow: hidden;
  background: var(--red-ui-form-input-background); color: var(--red-ui-form-text-color); font-size: var(--red-ui-primary-font-size, 14px);
  border: 1px solid var(--red-ui-form-input-border-color); border-radius: 4px; box-shadow: 0 2px 8px var(--red-ui-shadow); }
.lumiot-popup-status { padding: 6px 10px; color: var(--red-ui-secondary-text-color); border-bottom: 1px solid var(--red-ui-secondary-border-color); }
.lumiot-popup-status:empty { display: none; }
.lumiot-popup-list { overflow-y: auto; flex: 1; margin: 0; padding: 0; }
.lumiot-option { padding: 5px 10px; cursor: pointer; line-height: 18px; border-bottom: 1px solid var(--red-ui-secondary-border-color); }
.lumiot-option:last-child { border-bottom: 0; }
.lumiot-line { display: flex; justify-content: space-between; gap: 12px; }
.lumiot-line > span { white-space: nowrap; }
.lumiot-line > :first-child { overflow: hidden; text-overflow: ellipsis; }
.lumiot-line-small { font-size: 12px; color: var(--red-ui-secondary-text-color); }
.lumiot-option-command { color: var(--red-ui-secondary-text-color); }
.lumiot-option[aria-selected="true"] .lumiot-option-label { font-weight: bold; }
.lumiot-option:hover { background: var(--red-ui-list-item-background-hover); }
.lumiot-option.lumiot-active { background: var(--red-ui-list-item-background-selected); }
.lumiot-option.lumiot-lit { box-shadow: inset 4px 0 var(--red-ui-text-color-success); background: var(--red-ui-list-item-background-hover); }
.lumiot-hint { min-height: 18px; margin: 3px 0 0 104px; padding: 0; font-size: 12px; line-height: 18px; color: var(--red-ui-secondary-text-color);
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lumiot-hint.lumiot-wrap { white-space: normal; }
.lumiot-hint > div { color: var(--red-ui-secondary-text-color); }
.red-ui-editor .lumiot-hint.lumiot-wide { margin: 0 0 8px; }
.lumiot-warn { color: var(--red-ui-text-color-warning); }
.lumiot-good { color: var(--red-ui-text-color-success); }
.lumiot-bad { color: var(--red-ui-text-color-error); }
.lumiot-field { display: inline-flex; gap: 8px; width: 70%; align-items: center; vertical-align: middle; }
.red-ui-editor .lumiot-field input[type="text"], .red-ui-editor .lumiot-field input[type="password"] { flex: 1; min-width: 0; width: auto; }
.lumiot-field input[type="range"] { flex: 1; min-width: 0; margin: 0; accent-color: var(--red-ui-form-input-focus-color); }
.red-ui-editor .form-row input[type="text"].lumiot-number { width: 90px; flex: none; }
.lumiot-unit { margin-left: 6px; color: var(--red-ui-secondary-text-color); }
.lumiot-pair { display: inline-flex; gap: 8px; width: 70%; vertical-align: middle; }
.red-ui-editor .lumiot-pair > * { flex: 1; min-width: 0; width: auto; }
.lumiot-checks { margin-left: 104px; }
.red-ui-editor .form-row.lumiot-checks label { display: block; width: auto; margin: 0 0 6px; }
.red-ui-editor .lumiot-checks input[type="checkbox"] { width: auto; margin: -2px 6px 0 0; }
.lumiot-more { margin: 0 0 12px; }
.lumiot-more > summary { cursor: pointer; padding: 4px 0; color: var(--red-ui-secondary-text-color); }
.lumiot-more > summary:focus-visible { outline: 1px solid var(--red-ui-form-input-focus-color); }
.lumiot-more[open] > summary { margin-bottom: 8px; }
.red-ui-editor .lumiot-more ol.lumiot-steps { margin: 0 0 8px 104px; padding-left: 18px; line-height: 20px; }
.red-ui-editor .lumiot-found { margin: 6px 0 0 104px; padding: 0; width: 70%; list-style: none; }
.lumiot-found:empty { display: none; }
.lumiot-found li { margin: 0 0 4px; }
.red-ui-editor .lumiot-found button { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: 12px; width: 100%; height: auto; padding: 6px 10px;
  text-align: left; line-height: 18px; white-space: normal; box-sizing: border-box; color: var(--red-ui-form-text-color); }
.lumiot-found button > :nth-child(even) { text-align: right; }
.lumiot-found button > :nth-child(n + 3) { font-size: 12px; color: var(--red-ui-secondary-text-color); }
.lumiot-devices-row { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
.red-ui-editor .lumiot-devices-row input[type="text"] { width: 100%; min-width: 0; box-sizing: border-box; }
.lumiot-devices-row .lumiot-combo { width: 100%; }
.lumiot-properties-row .lumiot-combo { width: 100%; }
.red-ui-editor .lumiot-terms p { margin: 0 0 8px; line-height: 20px; }
.red-ui-editor .lumiot-wide-labels .form-row > label { width: 130px; }
.red-ui-editor .lumiot-wide-labels .form-row > input[type="text"]:not(.lumiot-number), .lumiot-wide-labels .form-row > .lumiot-combo { width: calc(100% - 150px); }
.lumiot-wide-labels .form-row > .lumiot-hint { margin-left: 134px; }
.red-ui-editor .form-row > label.lumiot-label-wide { width: auto; }
.lumiot-account { margin: 0 0 14px; padding: 10px 12px; border: 1px solid var(--red-ui-secondary-border-color); border-radius: 4px; }
.red-ui-editor .lumiot-account h4 { margin: 0 8px 0 0; display: inline; font-size: 14px; font-weight: bold; }
.lumiot-account-phase { color: var(--red-ui-secondary-text-color); }
.lumiot-account-phase.lumiot-good { color: var(--red-ui-text-color-success); }
.lumiot-account-phase.lumiot-warn { color: var(--red-ui-text-color-warning); }
.lumiot-account-phase.lumiot-bad { color: var(--red-ui-text-color-error); }
.lumiot-account-hint { margin: 4px 0 0; font-size: 12px; line-height: 18px; color: var(--red-ui-secondary-text-color); overflow-wrap: anywhere; }
.lumiot-account-hint:empty { display: none; }
.lumiot-account-hint.lumiot-good { color: var(--red-ui-text-color-success); }
.lumiot-account-hint.lumiot-warn { color: var(--red-ui-text-color-warning); }
.lumiot-account-hint.lumiot-bad { color: var(--red-ui-text-color-error); }
.lumiot-account-hint > div { color: var(--red-ui-secondary-text-color); }
.lumiot-account-hint a { color: var(--red-ui-text-color-link); }
.lumiot-facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 14px; margin: 8px 0 0; font-size: 13px; line-height: 18px; }
.lumiot-facts[hidden], .lumiot-waiting[hidden], .lumiot-account-buttons[hidden], .lumiot-account-buttons button[hidden] { display: none; }
.red-ui-editor .lumiot-facts dt { font-weight: normal; color: var(--red-ui-secondary-text-color); line-height: 18px; }
.red-ui-editor .lumiot-facts dd { margin: 0; line-height: 18px; overflow-wrap: anywhere; }
.lumiot-account-buttons { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0 0; align-items: center; }
.lumiot-account-buttons p { margin: 0; flex-basis: 100%; }
.lumiot-waiting { margin: 10px 0 0; }
.red-ui-editor .lumiot-waiting ol { margin: 0 0 8px; padding-left: 18px; line-height: 20px; }
.red-ui-editor .lumiot-waiting label { width: auto; display: block; }
.lumiot-waiting .lumiot-field { width: 100%; }
`;

const id = 'lumiot-styles';

export function addStyles(): void {
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = css;
  document.head.append(style);
}
