import { type Place, places } from './places.js';
import { Soak } from './soak.js';

// The program of the process that soaks a cache: where that keeps its values, and how many keys run through it, come as arguments.
const [place, keys] = process.argv.slice(2);
const soaked = await new Soak(Number(keys), places[place as Place]()).run();
process.send?.(soaked, () => process.disconnect());
