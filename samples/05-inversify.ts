import { CircuitBreaker, CircuitBreakerRegistry, Retry, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';

class Clock {
  today(): string {
    return 'Monday';
  }
}

class Calendar {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  @Retry(3)
  @CircuitBreaker('calendar')
  async today(): Promise<string> {
    return this.#clock.today();
  }
}

class Admin {
  readonly #circuits: CircuitBreakerRegistry;

  constructor(circuits: CircuitBreakerRegistry) {
    this.#circuits = circuits;
  }

  report(): string[] {
    return [...this.#circuits.entries()].map(([name, circuit]) => `${name}: ${circuit.state}`);
  }

  cutOff(name: string): void {
    this.#circuits.get(name).forceOpen();
  }
}

// One module gives the container its runtime; every instance that the container hands out uses it.
const container = new Container();
container.load(resilienceModule());
container.bind(Clock).toSelf().inSingletonScope();
container.bind(Calendar).toResolvedValue((clock) => new Calendar(clock), [Clock]);
container.bind(Admin).toResolvedValue((circuits) => new Admin(circuits), [CircuitBreakerRegistry]);

const calendar = container.get(Calendar);
console.log(await calendar.today());

// Registries are injectable: whoever has them sees, and steers, what all methods share.
const admin = container.get(Admin);
console.log(admin.report());
admin.cutOff('calendar');
console.log(admin.report());
console.log(await calendar.today().catch((error: Error) => error.message));

await container.get(Runtime).dispose();
