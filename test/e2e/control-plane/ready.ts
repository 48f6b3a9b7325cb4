import { findObstacles } from './obstacles.ts'

// One line, for scripts: `ready`, or everything that is in the way.
process.stdout.write(`${(await findObstacles()).join('; ') || 'ready'}\n`)
