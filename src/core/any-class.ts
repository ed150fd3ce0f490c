/** Any class, also one with a protected constructor. */
// biome-ignore lint/complexity/noBannedTypes: no constructor type accepts a protected constructor
export type AnyClass = Function;
