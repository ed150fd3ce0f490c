import { type Moment, type Scene, timesOf } from './course.js';
import { type Panel, svg } from './plot.js';

/** A course by the name of its bulkhead. */
type Courses = ReadonlyMap<string, readonly Moment[]>;

/** Draws what became of one scene behind several bulkheads. */
export function draw(scene: Scene, title: string, label: string, courses: Courses): string {
  const { begin: from, end: to, over: seconds } = timesOf(scene);
  return svg({ title, seconds, shaded: { from, to, label }, panels: panels(courses) });
}

function panels(courses: Courses): Panel[] {
  const calls = { scale: 'log', range: [4, 250], ticks: [5, 10, 20, 50, 100, 200] } as const;
  return [
    { ...calls, title: 'limit (calls at a time)', series: each(courses, 1, ({ limit }) => limit) },
    { ...calls, title: 'in flight (calls)', series: each(courses, 2, ({ running }) => running) },
    {
      title: 'median time to an answer (ms)',
      scale: 'log',
      range: [50, 8000],
      ticks: [100, 200, 500, 1000, 2000, 5000],
      series: each(courses, 2, ({ median }) => median),
    },
    {
      title: 'refused (calls per second)',
      scale: 'linear',
      range: [0, 120],
      ticks: [0, 40, 80, 120],
      series: each(courses, 2, ({ refused }) => refused * 2),
    },
  ];
}

/** One value of each course, as the mean of so many moments. */
function each(courses: Courses, many: number, value: (moment: Moment) => number | undefined): Panel['series'] {
  return [...courses].map(([name, moments]) => ({ name, points: means(moments, many, value) }));
}

function means(moments: readonly Moment[], many: number, value: (moment: Moment) => number | undefined) {
  return Array.from({ length: Math.floor(moments.length / many) }, (_, i) => {
    const taken = moments.slice(i * many, (i + 1) * many);
    const values = taken.map(value).filter((one) => one !== undefined);
    const sum = values.reduce((total, one) => total + one, 0);
    return [taken.at(-1)!.at, values.length === 0 ? undefined : sum / values.length] as const;
  });
}
