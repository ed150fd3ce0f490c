/** The JSON that a server answered; tests look at it and need no type for that. */
export async function jsonOf(answer: Response | Promise<Response>): Promise<any> {
  return (await answer).json();
}
