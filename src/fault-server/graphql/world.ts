import type { Clock, Waiting } from '../../core/index.js';
import { type Item, type ItemConnection, itemOf, longestPage, pageOf, positionOf } from './items.js';
import type { Library } from './library.js';

/** What the fields of one request are told of it. */
export interface OperationContext {
  /** Ends with the request: nothing is waited for beyond that. */
  readonly waiting: Waiting;
}

interface Message {
  readonly id: string;
  readonly text: string;
  readonly at: string;
}

const longestDelay = 3_600_000;
const longestText = 1000;
const mostMessages = 1000;

/** What the fields of the schema resolve to, and the messages that were created. */
export class World {
  readonly #graphql: Library['graphql'];
  readonly #clock: Clock;
  readonly #messages = new Map<string, Message>();
  #created = 0;

  constructor(graphql: Library['graphql'], clock: Clock) {
    this.#graphql = graphql;
    this.#clock = clock;
  }

  async hello({ name, delay }: { name: string; delay: number }, { waiting }: OperationContext): Promise<string> {
    const greeting = `hello ${this.#short('name', name)}`;
    await this.#sleep(delay, waiting);
    return greeting;
  }

  async message(
    { id, delay }: { id: string; delay: number },
    { waiting }: OperationContext,
  ): Promise<Message | undefined> {
    await this.#sleep(delay, waiting);
    return this.#messages.get(id);
  }

  item({ id }: { id: string }): Item | undefined {
    return itemOf(id);
  }

  items({ first, after }: { first: number; after?: string | null }): ItemConnection {
    if (first < 0 || first > longestPage) throw this.#wrong('first', `must be from 0 to ${longestPage}`);
    const position = after == null ? 0 : positionOf(after);
    if (position === undefined) throw this.#wrong('after', 'must be a cursor that was given before');
    return pageOf(first, position);
  }

  fail({ code, message }: { code: string; message: string }): never {
    throw this.#failure(code, message);
  }

  failAll({ code, message }: { code: string; message: string }): never {
    throw this.#failure(code, message);
  }

  shaky(): object {
    const failing = ({ code }: { code: string }) => {
      throw this.#failure(code);
    };
    return { good: 'good', bad: failing, broken: failing };
  }

  async createMessage(
    { text, delay }: { text: string; delay: number },
    { waiting }: OperationContext,
  ): Promise<Message> {
    this.#short('text', text);
    await this.#sleep(delay, waiting);
    return this.#create(text);
  }

  createMessageAndFail({ text, code }: { text: string; code: string }): never {
    this.#create(this.#short('text', text));
    throw this.#failure(code, 'created, and failed on command');
  }

  #create(text: string): Message {
    const id = String(++this.#created);
    const message = { id, text, at: new Date(this.#clock.wallNow()).toISOString() };
    this.#messages.set(id, message);
    this.#messages.delete(String(this.#created - mostMessages));
    return message;
  }

  #sleep(delay: number, waiting: Waiting): Promise<void> {
    if (delay < 0 || delay > longestDelay) throw this.#wrong('delay', `must be from 0 to ${longestDelay}`);
    return this.#clock.sleep(delay, waiting);
  }

  /** Texts that answers repeat: a variable is sent once, and could be asked for many times. */
  #short(argument: string, text: string): string {
    if (text.length > longestText) throw this.#wrong(argument, `must be at most ${longestText} characters`);
    return text;
  }

  #wrong(argument: string, rule: string): Error {
    return new this.#graphql.GraphQLError(`${argument} ${rule}`, { extensions: { code: 'BAD_USER_INPUT' } });
  }

  #failure(code: string, message = 'failed on command'): Error {
    this.#short('code', code);
    this.#short('message', message);
    return new this.#graphql.GraphQLError(message, { extensions: { code } });
  }
}
