import { CircuitBreaker, CircuitBreakerRegistry, RateLimit, Retry, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';

class Clock {
  today(): string {
    return 'Monday';
  }
}

class Calendar {
  constructor(private readonly clock: Clock) {}

  @Retry(3)
  @CircuitBreaker('calendar')
  @RateLimit({ name: 'calendar', limit: 100, per: '1s' })
  async today(): Promise<string> {
    return this.clock.today();
  }
}

class Admin {
  constructor(private readonly circuits: CircuitBreakerRegistry) {}

  report(): string[] {
    return [...this.circuits.entries()].map(([name, circuit]) => `${name} is ${circuit.state}`);
  }

  close(name: string): void {
    this.circuits.get(name).forceOpen();
  }
}

// One module gives the container its runtime; every instance that it hands out uses it.
const container = new Container();
await container.load(resilienceModule());
container.bind(Clock).toSelf().inSingletonScope();
container
  .bind(Calendar)
  .toResolvedValue((clock: Clock) => new Calendar(clock), [Clock])
  .inSingletonScope();
container
  .bind(Admin)
  .toResolvedValue((circuits: CircuitBreakerRegistry) => new Admin(circuits), [CircuitBreakerRegistry]);

const calendar = container.get(Calendar);
console.log(await calendar.today());

// Registries are injectable: whoever has them sees, and steers, what all methods share.
const admin = container.get(Admin);
console.log(admin.report());
admin.close('calendar');
console.log(await calendar.today().catch((error: Error) => error.message));

await container.get(Runtime).dispose();
