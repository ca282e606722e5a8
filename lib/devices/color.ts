/** Colours as people write them, and the packed number in which a gateway takes and reports them (lumi-lan.md §4.2). */

const NAMES: ReadonlyMap<string, string> = new Map([
  ['black', '#000000'],
  ['silver', '#c0c0c0'],
  ['gray', '#808080'],
  ['grey', '#808080'],
  ['white', '#ffffff'],
  ['maroon', '#800000'],
  ['red', '#ff0000'],
  ['purple', '#800080'],
  ['fuchsia', '#ff00ff'],
  ['magenta', '#ff00ff'],
  ['green', '#008000'],
  ['lime', '#00ff00'],
  ['olive', '#808000'],
  ['yellow', '#ffff00'],
  ['navy', '#000080'],
  ['blue', '#0000ff'],
  ['teal', '#008080'],
  ['aqua', '#00ffff'],
  ['cyan', '#00ffff'],
  ['orange', '#ffa500'],
  ['pink', '#ffc0cb'],
  ['gold', '#ffd700'],
  ['violet', '#ee82ee'],
  ['indigo', '#4b0082'],
  ['brown', '#a52a2a'],
  ['turquoise', '#40e0d0'],
]);

const SHORT = /^#[0-9a-f]{3}$/;
const LONG = /^#[0-9a-f]{6}$/;
const FULL_BRIGHTNESS = 100;
const RGB_MASK = 0xff_ff_ff;
const HIGHEST_PACKED = 0xff_ff_ff_ff;

/** A colour name or '#rgb'/'#rrggbb' in any case → '#rrggbb' in lower case; undefined for anything else. */
export function parseColor(text: string): string | undefined {
  const bare = text.trim().toLowerCase();
  if (LONG.test(bare)) return bare;
  if (SHORT.test(bare)) return `#${[...bare.slice(1)].map((digit) => digit + digit).join('')}`;
  return NAMES.get(bare);
}

/**
 * Brightness in percent and '#rrggbb' → the number to write: brightness, red, green, blue from the top byte down.
 * Brightness stays within 0–100: 0xFF there upsets the vendor's app.
 */
export function packRgb(brightness: number, color: string): number {
  const percent = Math.min(FULL_BRIGHTNESS, Math.max(0, Math.round(brightness)));
  return ((percent << 24) | Number.parseInt(color.slice(1), 16)) >>> 0;
}

/** The number of a report → brightness in percent (a top byte above 100 is full) and '#rrggbb'; undefined for no 32-bit number. */
export function unpackRgb(packed: number): { brightness: number; color: string } | undefined {
  if (!Number.isInteger(packed) || packed < 0 || packed > HIGHEST_PACKED) return undefined;
  return {
    brightness: Math.min(FULL_BRIGHTNESS, packed >>> 24),
    color: `#${(packed & RGB_MASK).toString(16).padStart(6, '0')}`,
  };
}
