import { serveStory } from './story-server.ts'

// Serves the pages over a fleet of seven, for work on them; with a second number, over as many Rollouts more:
// node test/ui/serve-story.ts [port] [more]

const listener = await serveStory({ port: Number(process.argv[2] ?? 8484), more: Number(process.argv[3] ?? 0) })
process.stdout.write(`${listener.url}\n`)
