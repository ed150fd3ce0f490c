/** What a method throws in a test: an error of a class that nothing else throws, so that options such as `on` can name it. */
export class Boom extends Error {
  override readonly name: string = 'Boom';
}
