import { parseHttpDate } from '../../../core/index.js';
import { furthest } from './told.js';

/** Seconds since 1970 have had ten digits since 2001, milliseconds thirteen; nobody sends a wait of thirty years. */
const [firstSecond, firstMillisecond] = [1e9, 1e12];

const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** As Go writes durations: `1h30m`, `6m0s`, `20ms`. */
const timeSpan =
  /^(?=\d)(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+(?:\.\d+)?)s)?(?:(?<milliseconds>\d+(?:\.\d+)?)ms)?$/;

/**
 * Reads when a window begins anew, in milliseconds from now, 0 for what has passed. Servers disagree on the form, so that its size decides: a
 * number below 1e9 is seconds from now, one below 1e12 seconds since 1970, a larger one milliseconds since 1970; all else must be a date of
 * HTTP, one of ISO 8601 that names its zone, or a span of time with units. `now` is what the server's own clock shows.
 */
export function parseReset(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (Number(value) < firstSecond) return parseSeconds(value);
  const date = parseEpoch(value) ?? parseHttpDate(value) ?? parseIsoDate(value);
  return date === undefined ? parseSpan(value) : Math.min(Math.max(0, date - now), furthest);
}

/** Reads seconds from now, in milliseconds. */
export function parseSeconds(value: string | undefined): number | undefined {
  return value !== undefined && isNumber(value) ? Math.min(Number(value) * 1000, furthest) : undefined;
}

function parseEpoch(value: string): number | undefined {
  if (!isNumber(value)) return undefined;
  return Number(value) < firstMillisecond ? Number(value) * 1000 : Number(value);
}

function parseIsoDate(value: string): number | undefined {
  const date = isoDate.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

function parseSpan(value: string): number | undefined {
  const parts = timeSpan.exec(value)?.groups;
  if (parts === undefined) return undefined;
  const { hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = parts;
  const inMinutes = Number(hours) * 60 + Number(minutes);
  return Math.min((inMinutes * 60 + Number(seconds)) * 1000 + Number(milliseconds), furthest);
}

function isNumber(value: string): boolean {
  return /^\d+(?:\.\d+)?$/.test(value);
}
