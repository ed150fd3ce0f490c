import type { FastifyRequest } from 'fastify';
import type { Waiting } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { within } from '../faults/complaint.js';
import { isControl } from '../faults/route.js';
import { targetOf } from '../request-target.js';
import { fixed, made } from './answer-made.js';
import { AskedRequest } from './answer-request.js';
import { type AnswerRoute, answerRoute, methods, moreSpecific, paramsIn, takes } from './answer-route.js';
import type { AnswerFunction, OwnAnswer, OwnAnswers } from './own-answer.js';

/** What answers the requests of one route. */
interface RoutedAnswer {
  readonly route: AnswerRoute;
  /** The same for each request, or made for it. */
  readonly answer: Answer | AnswerFunction;
}

/** Makes the answer to one request, whose body has come. */
export type Answering = (bytes: Buffer, waiting: Waiting) => Answer | Promise<Answer>;

/** Where an answer was given, for the message that says what is wrong with it. */
interface Place {
  readonly decorator: string;
  readonly route: string;
  readonly answer: string;
}

const templates = new WeakMap<FastifyRequest, string>();

/** The path of the route that answered a request, parameters by their names; undefined when no answer of one's own did. */
export function templateOf(request: FastifyRequest): string | undefined {
  return templates.get(request);
}

/** Checks the answers that a server is started with. Throws `InvalidOptionsError`. */
export function checkAnswers(given: OwnAnswers): void {
  new Answers(given);
}

/** The answers of the test's own API: what is told last for a route holds. */
export class Answers {
  readonly #first: readonly RoutedAnswer[];
  #answers: readonly RoutedAnswer[] = [];

  /** Throws `InvalidOptionsError`. */
  constructor(given: OwnAnswers = {}) {
    for (const [route, answer] of Object.entries(given)) {
      const place = `answers[${JSON.stringify(route)}]`;
      this.#set(route, answer, { decorator: 'startFaultServer', route: place, answer: place });
    }
    this.#first = this.#answers;
  }

  /** Answers a route in this way from now on. Throws `InvalidOptionsError`. */
  set(route: string, answer: OwnAnswer | AnswerFunction): void {
    this.#set(route, answer, { decorator: 'FaultServer.answer', route: 'route', answer: 'answer' });
  }

  /** Forgets all that was told since the start. */
  reset(): void {
    this.#answers = this.#first;
  }

  /** What answers a request; undefined when none of these does. */
  to(request: FastifyRequest): Answering | undefined {
    if (this.#answers.length === 0) return undefined;
    const { path } = targetOf(request.url);
    if (isControl(path)) return undefined;
    for (const { route, answer } of this.#answers) {
      const params = takes(route, request.method) ? paramsIn(route, path) : undefined;
      if (!params) continue;
      templates.set(request, route.template);
      if (typeof answer !== 'function') return () => answer;
      return (bytes, waiting) =>
        made(answer, route.text, new AskedRequest({ request, params, bytes }, waiting), waiting);
    }
    return undefined;
  }

  /** The methods that a path is answered by. */
  methodsAt(path: string): readonly string[] {
    const there = this.#answers.filter(({ route }) => !isControl(path) && paramsIn(route, path));
    return methods.filter((method) => there.some(({ route }) => takes(route, method)));
  }

  #set(givenRoute: string, given: unknown, place: Place): void {
    const route = answerRoute(givenRoute, place.decorator, place.route);
    const answer =
      typeof given === 'function'
        ? (given as AnswerFunction)
        : within(place.answer, place.decorator, () => fixed(given));
    const others = this.#answers.filter((other) => other.route.key !== route.key);
    this.#answers = [...others, { route, answer }].sort((a, b) => moreSpecific(a.route, b.route));
  }
}
