import { Alarms } from '../../src/core/alarms.js';
import { Alarm } from '../../src/core/index.js';

/** Notes when it rings. */
export class Bell extends Alarm {
  readonly #keepsAlive: boolean;
  readonly name: number;
  readonly #rung: (bell: Bell) => void;

  constructor(name: number, rung: (bell: Bell) => void, keepsAlive = true) {
    super();
    this.name = name;
    this.#rung = rung;
    this.#keepsAlive = keepsAlive;
  }

  override get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  override ring(): void {
    this.#rung(this);
  }
}

/** Alarms behind a host that notes what it is asked for. */
export function bellTower() {
  const asked = { wakes: [] as number[], holds: [] as boolean[] };
  const alarms = new Alarms({ wakeAt: (at) => asked.wakes.push(at), hold: (alive) => asked.holds.push(alive) });
  const rung: number[] = [];
  const bell = (name: number, keepsAlive?: boolean) => new Bell(name, ({ name }) => rung.push(name), keepsAlive);
  return { alarms, asked, rung, bell };
}
