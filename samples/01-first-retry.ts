import { Retry, resilienceInfo } from 'holdfast';

// A method that fails twice before it answers, and one that never does.
class Weather {
  #left = 2;

  @Retry({
    maxAttempts: 4,
    delay: '20ms',
    onRetry: ({ attempt, delay }) => console.log(`attempt ${attempt} failed, next one in ${Math.round(delay)} ms`),
  })
  async today(city: string): Promise<string> {
    if (this.#left-- > 0) throw new Error('the station does not answer');
    return `sunny in ${city}`;
  }

  @Retry({ maxAttempts: 2, delay: 0 })
  async tomorrow(): Promise<string> {
    throw new Error('nobody knows');
  }
}

const weather = new Weather();
console.log(await weather.today('Oslo'));

// When attempts run out, the method's own error comes through; what Holdfast knows stands beside it.
const error = await weather.tomorrow().catch((error: unknown) => error);
console.log(String(error), 'after', resilienceInfo(error)?.attempts, 'attempts');
