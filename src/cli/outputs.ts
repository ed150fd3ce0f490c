/** Lets the process go on when nobody reads any more what it prints: a server is there for its clients, not for its log. */
export function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', lose);
}

/** There is nowhere left to tell of it. */
function lose(): undefined {
  return undefined;
}
