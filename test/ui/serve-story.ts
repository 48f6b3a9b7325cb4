import { openFleet } from './fleet/story.ts'
import { serveMany } from './many.ts'

// Serves the pages for work on them, over the simulated fleet of seven, or with a second number over as many Rollouts that were written by
// hand: node test/ui/serve-story.ts [port] [many]

const port = Number(process.argv[2] ?? 8484)
const many = Number(process.argv[3] ?? 0)
const { url } = many > 0 ? await serveMany(many, port) : await openFleet({ port })
process.stdout.write(`${url}\n`)
