import { leftOut } from './build.ts'
import { findObstacles } from './obstacles.ts'

// One line, for scripts: `ready`, or everything that is in the way.
process.stdout.write(`${(await findObstacles(undefined, await leftOut(process.argv))).join('; ') || 'ready'}\n`)
