import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE } from './control-plane/places.ts'

/** A folder for each run of the scenarios, named by its process: whatever a killed run has left can be found. */
const RUNS = join(CACHE, 'scenario-runs')

/** Makes this run's folder, and lets everything temporary be made in it. It goes when the process ends. */
export function claimFolder(): void {
  const folder = join(RUNS, String(process.pid))
  mkdirSync(folder, { recursive: true })
  process.env['TMPDIR'] = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** Ends what runs that were killed have left running, known by a file of theirs in its command line, and removes their files. */
export function clearRemains(runs = RUNS): void {
  if (!existsSync(runs)) return
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  for (const name of readdirSync(runs)) {
    if (isRun(processes, name)) continue
    const folder = join(runs, name)
    for (const line of processes) if (line.includes(`${folder}/`)) kill(Number.parseInt(line, 10))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A number may have been given to somebody else since. */
function isRun(processes: readonly string[], pid: string): boolean {
  return processes.some((line) => Number.parseInt(line, 10) === Number(pid) && line.includes('e2e/run.ts'))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
