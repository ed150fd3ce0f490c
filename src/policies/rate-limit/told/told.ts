/** What a server's answer tells about its limits. */
export interface Told {
  /** For how many milliseconds nobody should ask again. */
  readonly pausedFor?: number;
  readonly windows: readonly ToldWindow[];
}

/** What an answer tells about one of the limits; all of them hold at once. */
export interface ToldWindow {
  /** What tells it from the server's other limits. */
  readonly id: string;
  /** How much of it is left; undefined where only the limit itself was told. */
  readonly remaining: number | undefined;
  /** In how many milliseconds it begins anew. */
  readonly resetAfter: number | undefined;
  /** How much it is in all. */
  readonly limit: number | undefined;
  /** For how many milliseconds. */
  readonly per: number | undefined;
}

/** So much, in so many milliseconds. */
export interface Quota {
  readonly limit: number;
  readonly per: number;
}

/**
 * No pause, reset or period is believed beyond a day, in milliseconds; longer ones are taken for one. A server that says ten years, by mistake or on
 * purpose, must not stop a process for good (draft-ietf-httpapi-ratelimit-headers-11, section 8.5.1).
 */
export const furthest = 86_400_000;
