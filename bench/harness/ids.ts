/** How many ids there are to ask for. */
export const numberOfIds = 4_000;

const ids = Array.from({ length: numberOfIds }, (_, index) => `id-${index}`);

/** All ids in turn, each so often in a row: what keeps a thousand values has forgotten each before it comes again. */
export function idsInTurn(inARow: number): () => string {
  let latest = -1;
  let left = 0;
  return () => {
    if (left === 0) {
      left = inARow;
      latest = latest === numberOfIds - 1 ? 0 : latest + 1;
    }
    left -= 1;
    return ids[latest] as string;
  };
}
