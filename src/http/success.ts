/** Tells whether a status is one of 2xx: what counts as an answer where nobody says otherwise. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The same for a request that asks whether anything has changed. */
export function isSuccessOrUnchanged(status: number): boolean {
  return status === 304 || isSuccess(status);
}
