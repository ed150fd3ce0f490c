import { describe, expect, it } from 'vitest';
import { $, directive, fragment, query } from '../../../src/graphql/builder/index.js';

const c = fragment('C', 'T').fields('c');
const b = fragment('B', 'T').spread(c).fields('b');
const a = fragment('A', 'T')
  .field('a', (inner) => inner.spread(b))
  .spread(c);

/** The names of the definitions of a document, in their order. */
function definitionsOf(built: { toString(): string }): readonly string[] {
  return [...String(built).matchAll(/^(?:query|fragment) (\w+)/gm)].map(([, name]) => String(name));
}

describe('a fragment', () => {
  it('knows its name and its type, and prints itself with what it spreads', () => {
    expect([a.name, a.type]).toEqual(['A', 'T']);
    expect(String(b.directives(directive('x')).directives(directive('y')))).toBe(
      'fragment B on T @x @y {\n  ...C\n  b\n}\n\nfragment C on T {\n  c\n}',
    );
  });

  it('brings along the fragments in it, each once, at whatever depth they are spread', () => {
    expect(
      definitionsOf(
        query('Q')
          .spread(c)
          .field('x', (x) => x.on('T', (t) => t.group({}, (all) => all.spread(a)))),
      ),
    ).toEqual(['Q', 'C', 'A', 'B']);
    expect(
      definitionsOf(
        query('Q')
          .field('x', (x) => x.spread(a))
          .field('y', (y) => y.spread(b).spread(a)),
      ),
    ).toEqual(['Q', 'A', 'B', 'C']);
  });

  it('is, where it is spread, what it was when it was spread', () => {
    const before = query('Q').spread(c);
    const more = c.fields('more');

    expect(String(before)).not.toContain('more');
    expect(String(query('Q').spread(more))).toContain('more');
  });

  it('may be built twice from the same calls', () => {
    const again = fragment('C', 'T').fields('c');

    expect(definitionsOf(query('Q').spread(b).spread(again))).toEqual(['Q', 'B', 'C']);
  });

  it.each([
    ['fields', fragment('C', 'T').fields('d')],
    ['types', fragment('C', 'U').fields('c')],
    ['directives', c.directives(directive('x'))],
  ])('shares its name with no other that has different %s', (_what, other) => {
    const message = 'query Q: document spreads two different fragments of the name C; give each a name of its own';

    expect(() => query('Q').spread(a).spread(other).document).toThrow(message);
    expect(() => String(fragment('D', 'T').spread(c).spread(other))).toThrow(
      'fragment D: document spreads two different',
    );
  });

  it('cannot contain itself: the one that was spread is another', () => {
    const outer = fragment('C', 'T').spread(b);

    expect(() => query('Q').spread(outer).document).toThrow('two different fragments of the name C');
  });

  it('is refused when it selects nothing', () => {
    expect(() => String(fragment('E', 'T'))).toThrow(
      'fragment E: definition must select something: the selection is empty',
    );
    expect(() => fragment('E', 'T').field('e', (e) => e)).toThrow('fragment E › e: field() must select something');
  });

  it('may use variables, which the operation declares', () => {
    const withSize = fragment('Picture', 'User').field('avatar', { size: $('size') });
    const nested = fragment('Person', 'User').spread(withSize);

    expect(String(query('Q', { size: 'Int' }).spread(nested))).toContain('avatar(size: $size)');
    expect(() => query('Q').spread(nested).document).toThrow(
      'fragment Picture › avatar: document is not valid: Variable "$size" is not defined by operation "Q".',
    );
  });
});
