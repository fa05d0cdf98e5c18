// Amounts are decimal strings in one canonical form: no exponent, no superfluous zeros. No sum ever goes through a double.
import { VenueError } from './errors.mjs';

const shape = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The canonical text of a number written in any way; `what` names it in the error for what is none. */
export function amount(value, what = 'amount') {
  const match = value === null || value === undefined ? null : shape.exec(String(value));
  if (match === null || (match[2] + (match[3] ?? '')).length === 0) throw new VenueError('malformed', `${what} is not a number: ${String(value)}`);
  const exponent = Number(match[4] ?? 0);
  if (Math.abs(exponent) > 60) throw new VenueError('malformed', `${what} is out of range: ${String(value)}`);
  const fraction = match[3] ?? '';
  return write(BigInt((match[1] === '-' ? '-' : '') + match[2] + fraction), fraction.length - exponent);
}

/** The same, and null for what the venue leaves out. */
export const optionalAmount = (value, what) => (value === null || value === undefined || value === '' ? null : amount(value, what));

export const add = (a, b) => combine(a, b, (x, y) => x + y);

export const subtract = (a, b) => combine(a, b, (x, y) => x - y);

export function multiply(a, b) {
  const [x, y] = [read(a), read(b)];
  return write(x.units * y.units, x.scale + y.scale);
}

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compare(a, b) {
  const difference = subtract(a, b);
  return difference === '0' ? 0 : difference.startsWith('-') ? -1 : 1;
}

export const negate = (a) => subtract('0', a);

export const isZero = (a) => amount(a) === '0';

/** 0.001 for 3 decimal places, 1000 for −3. */
export const stepOfPlaces = (places) => write(1n, Number(places));

function combine(a, b, operate) {
  const [x, y] = [read(a), read(b)];
  const scale = Math.max(x.scale, y.scale);
  return write(operate(x.units * 10n ** BigInt(scale - x.scale), y.units * 10n ** BigInt(scale - y.scale)), scale);
}

function read(text) {
  const canonical = amount(text);
  const point = canonical.indexOf('.');
  return point < 0
    ? { units: BigInt(canonical), scale: 0 }
    : { units: BigInt(canonical.slice(0, point) + canonical.slice(point + 1)), scale: canonical.length - point - 1 };
}

/** units · 10^−scale, canonical. */
function write(units, scale) {
  if (scale <= 0) return String(units * 10n ** BigInt(-scale));
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  const whole = digits.slice(0, -scale);
  const text = fraction.length > 0 ? `${whole}.${fraction}` : whole;
  return text === '0' ? '0' : sign + text;
}
