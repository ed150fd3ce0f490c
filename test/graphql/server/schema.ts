import { buildSchema, GraphQLError } from 'graphql';

/** What the server's resolvers count, and what they wait for. */
export interface World {
  /** How often a mutation has done its work. */
  mutations: number;
  /** How often each code has been failed with. */
  readonly failures: Map<string, number>;
  /** Events for everyone who is subscribed to `ticks`. */
  readonly ticks: Set<(value: number) => void>;
}

export const schema = buildSchema(`
  type Query {
    hello(name: String = "world"): String!
    user(id: ID!): User
    fail(code: String!, times: Int = 1000000, extra: Int): String
    half(code: String!): Half!
    login(password: String!): String
  }
  type Mutation { add(amount: Int! = 1): Int!  addAndFail(code: String!): Int }
  type Subscription { count(to: Int!): Int!  ticks: Int!  flaky: Int!  refused: Int! }
  type User { id: ID! name: String! email: String }
  type Half { good: String! bad: String }
`);

/** What the fields resolve to. */
export function rootOf(world: World) {
  const failed = (code: string, extensions: object = {}) =>
    new GraphQLError(`failed with ${code}`, { extensions: { code, ...extensions } });
  const failing = (code: string, times: number): boolean => {
    const count = (world.failures.get(code) ?? 0) + 1;
    world.failures.set(code, count);
    return count <= times;
  };
  return {
    hello: ({ name }: { name: string }) => `hello ${name}`,
    user: ({ id }: { id: string }) => ({
      id,
      name: `user ${id}`,
      email: () => {
        throw failed('FORBIDDEN');
      },
    }),
    fail: ({ code, times, extra }: { code: string; times: number; extra?: number }) => {
      if (failing(code, times)) throw failed(code, extra === undefined ? {} : { retryAfter: extra });
      return 'at last';
    },
    half: ({ code }: { code: string }) => ({
      good: 'good',
      bad: () => {
        failing(code, 0);
        throw failed(code);
      },
    }),
    login: ({ password }: { password: string }) => {
      throw new GraphQLError(`the password ${password} is wrong`, { extensions: { code: 'FORBIDDEN' } });
    },
    add: ({ amount }: { amount: number }) => {
      world.mutations += amount;
      return world.mutations;
    },
    addAndFail: ({ code }: { code: string }) => {
      world.mutations++;
      throw failed(code);
    },
    async *count({ to }: { to: number }) {
      for (let i = 1; i <= to; i++) yield { count: i };
    },
    ticks: () => ticking(world),
    flaky: () => {
      if (failing('FLAKY', 1)) throw failed('TIMEOUT');
      return once({ flaky: 1 });
    },
    refused: () => {
      throw failed('FORBIDDEN');
    },
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** What is told to all who listen, from now on. */
function ticking({ ticks }: World): AsyncIterableIterator<{ ticks: number }> {
  const values: number[] = [];
  let wake = () => {};
  let over = false;
  const listener = (value: number) => {
    values.push(value);
    wake();
  };
  ticks.add(listener);
  const leave = async () => {
    over = true;
    ticks.delete(listener);
    wake();
    return { done: true, value: undefined } as const;
  };
  return {
    async next() {
      while (values.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      const value = values.shift();
      return value === undefined ? { done: true, value: undefined } : { done: false, value: { ticks: value } };
    },
    return: leave,
    throw: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
