/** Something to page through. */
export interface Item {
  readonly id: string;
  readonly name: string;
}

/** A stretch of the items, in the form of Relay's connections. */
export interface ItemConnection {
  readonly totalCount: number;
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly nodes: readonly Item[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The most items that are given at once. */
export const longestPage = 50;

const itemCount = 100;

/** The item of this id; undefined when there is none. */
export function itemOf(id: string): Item | undefined {
  const number = /^[1-9]\d{0,2}$/.test(id) ? Number(id) : 0;
  return number >= 1 && number <= itemCount ? { id, name: `item ${id}` } : undefined;
}

/** The items behind a cursor. */
export function pageOf(first: number, after: number): ItemConnection {
  const numbers = Array.from({ length: Math.min(first, itemCount - after) }, (_, index) => after + index + 1);
  const edges = numbers.map((number) => ({
    cursor: cursorOf(number),
    node: { id: String(number), name: `item ${number}` },
  }));
  return {
    totalCount: itemCount,
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: after + edges.length < itemCount,
      hasPreviousPage: after > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** How many items lie before what follows a cursor; undefined when it is none of ours. */
export function positionOf(cursor: string): number | undefined {
  const position = Number(/^item:(\d{1,3})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1]);
  return position >= 1 && position <= itemCount && cursor === cursorOf(position) ? position : undefined;
}

function cursorOf(number: number): string {
  return Buffer.from(`item:${number}`).toString('base64url');
}
