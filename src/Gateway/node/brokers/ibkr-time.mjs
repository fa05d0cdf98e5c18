// Times as TWS writes them: of a wall clock, with the name of its zone.
import { VenueError } from './errors.mjs';

const zones = { EST: 'America/New_York', EST5EDT: 'America/New_York', MET: 'Europe/Berlin', GMT: 'Europe/London', JST: 'Asia/Tokyo', 'US/Eastern': 'America/New_York' };

/** Milliseconds of `20261120 15:04:05 America/New_York` or `20261120-15:04:05`, which is UTC; `zone` where none is written. */
export function parseTime(text, zone = 'UTC') {
  const match = /^(\d{4})(\d\d)(\d\d)(-|\s+)(\d\d):(\d\d)(?::(\d\d))?(?:\s+(\S+))?$/.exec(text ?? '');
  if (match === null) throw new VenueError('malformed', `no time: ${text}`);
  const [, year, month, day, separator, hour, minute, second = '00', named] = match;
  return zoned(Date.UTC(year, month - 1, day, hour, minute, second), named ?? (separator === '-' ? 'UTC' : zone));
}

/** The moment at which a wall clock in the zone shows what `wall` shows in UTC. */
export function zoned(wall, zone) {
  let moment = wall;
  // Twice, since the first guess may lie on the other side of a change of the clocks.
  for (let round = 0; round < 2; round++) moment = wall - offset(moment, zones[zone] ?? zone);
  return moment;
}

function offset(moment, zone) {
  let parts;
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    }).formatToParts(moment);
  } catch (cause) {
    throw new VenueError('malformed', `the time zone "${zone}" is not known`, { cause });
  }
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(moment / 1000) * 1000;
}

/**
 * Whether a market trades at a moment, until when, and when next it will, by hours such as
 * `20261120:0930-20261120:1600;20261121:CLOSED;20261123:0930-20261123:1600`.
 */
export function sessionAt(hours, zone, moment) {
  const sessions = (hours ?? '')
    .split(';')
    .map((entry) => /^(\d{8}):(\d{4})-(?:(\d{8}):)?(\d{4})$/.exec(entry.trim()))
    .filter((match) => match !== null)
    .map(([, from, opens, to, closes]) => [at(from, opens, zone), at(to ?? from, closes, zone)]);
  const [, closes = null] = sessions.find(([opens, closes]) => moment >= opens && moment < closes) ?? [];
  const next = sessions.map(([opens]) => opens).filter((opens) => opens > moment).sort((one, other) => one - other)[0] ?? null;
  return { isOpen: closes !== null, closes, next };
}

const at = (date, time, zone) => parseTime(`${date} ${time.slice(0, 2)}:${time.slice(2)}`, zone);
