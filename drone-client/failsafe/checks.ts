/** The drone's own look at itself before a flight: what is wrong, and what to do about it. Pure; acts on nothing. */
import { hostProblems } from './checks-host.js';
import { motionProblems } from './checks-motion.js';
import { vehicleProblems } from './checks-vehicle.js';
import { type CheckInput, isBlocking, type Problem } from './problem.js';

/** Everything that is wrong; blocking ones first. Without an autopilot nothing of the vehicle is judged but that. */
export function findProblems(input: CheckInput): Problem[] {
  const { vehicle } = input;
  const problems = [
    ...(input.others ?? []),
    ...(vehicle.connected ? [...motionProblems(vehicle), ...vehicleProblems(input)] : [notConnected]),
    ...(vehicle.connected ? lastResortProblems(input.lastResort) : []),
    ...hostProblems(input),
  ];
  return [...problems.filter(isBlocking), ...problems.filter((problem) => !isBlocking(problem))];
}

const notConnected: Problem = {
  id: 'autopilot',
  severity: 'blocking',
  text: 'the autopilot is not connected: check its power and the cable, and the address of the link',
};

/** Unread blocks: when this computer dies in the air, these parameters are all that is left. */
function lastResortProblems(lastResort: CheckInput['lastResort']): readonly Problem[] {
  if (lastResort !== 'unread') return lastResort;
  const text =
    "the autopilot's last-resort parameters are not read yet: wait some seconds; if it stays, check the link";
  return [{ id: 'last_resort', severity: 'blocking', text }];
}
