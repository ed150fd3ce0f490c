/** A share as people read it, with so many digits that count: however small it is, it is not nothing. */
export function percent(share: number, digits: number): string {
  return `${Number((100 * share).toPrecision(digits))} %`;
}
