import { describe, expect, it } from 'vitest';
import { Bell, bellTower } from './bell-tower.js';

describe('alarms', () => {
  it('ring in the order of their times, whether on a line or not, and only once', () => {
    const { alarms, rung, bell } = bellTower();
    alarms.arm(bell(30), 30);
    alarms.line(20).arm(bell(20), 0);
    alarms.arm(bell(10), 10);
    alarms.line(20).arm(bell(25), 5);
    alarms.ring(9);
    expect(rung).toEqual([]);
    alarms.ring(25);
    expect(rung).toEqual([10, 20, 25]);
    alarms.ring(100);
    expect(rung).toEqual([10, 20, 25, 30]);
    expect(alarms.size).toBe(0);
  });

  it('do not ring once they are disarmed, and disarming again does nothing', () => {
    const { alarms, rung, bell } = bellTower();
    const [one, other] = [bell(1), bell(2)];
    alarms.arm(one, 10);
    alarms.line(10).arm(other, 0);
    for (const alarm of [one, one, other, other]) alarms.disarm(alarm);
    alarms.ring(100);
    expect(rung).toEqual([]);
    expect(alarms.size).toBe(0);
  });

  it('that were armed by another one ringing, and are due already, ring in the same go', () => {
    const { alarms, rung, bell } = bellTower();
    alarms.arm(new Bell(1, () => alarms.arm(bell(2), 5)), 10);
    alarms.ring(10);
    expect(rung).toEqual([2]);
  });

  it('that were disarmed by another one ringing at the same time do not ring', () => {
    const { alarms, rung, bell } = bellTower();
    const later = bell(2);
    alarms.arm(new Bell(1, () => alarms.disarm(later)), 10);
    alarms.arm(later, 11);
    alarms.ring(20);
    expect(rung).toEqual([]);
  });

  it('ask to be woken for the next one only', () => {
    const { alarms, asked, bell } = bellTower();
    alarms.arm(bell(1), 50);
    alarms.arm(bell(2), 80);
    alarms.arm(bell(3), 20);
    expect(asked.wakes).toEqual([50, 20]);
    alarms.ring(20);
    expect(asked.wakes).toEqual([50, 20, 50]);
  });

  it('keep the process alive exactly while one is armed that says so', () => {
    const { alarms, asked, bell } = bellTower();
    const [idle, one, other] = [bell(0, false), bell(1), bell(2)];
    alarms.arm(idle, 10);
    expect(asked.holds).toEqual([]);
    alarms.arm(one, 20);
    alarms.arm(other, 20);
    alarms.disarm(one);
    expect(asked.holds).toEqual([true]);
    alarms.ring(20);
    expect(asked.holds).toEqual([true, false]);
  });

  it('are all asked to look whether they are still wanted, and may disarm each other', () => {
    const { alarms, bell } = bellTower();
    const asked: number[] = [];
    class Doubtful extends Bell {
      override recheck(): void {
        asked.push(this.name);
        alarms.disarm(this);
      }
    }
    for (const name of [1, 2, 3]) alarms.arm(new Doubtful(name, () => {}), name);
    for (const name of [4, 5]) alarms.line(7).arm(new Doubtful(name, () => {}), 0);
    alarms.arm(bell(6), 1);
    alarms.recheck();
    expect(asked.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(alarms.size).toBe(1);
  });
});
