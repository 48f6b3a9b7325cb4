import { afterEach } from 'vitest'
import { TOKENS } from '../src/simulator/world/story.ts'

// Runs before every test file: whatever a test makes Kedge write to its terminal or log must hold none of the secrets that the
// stand-ins were given.

const PLANTED: readonly string[] = [...Object.values(TOKENS), 'PRIVATE KEY-----']
const SPELLINGS = PLANTED.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
])

/** One for the whole process: files that share it wrap its streams once. */
const leaks = ((globalThis as { kedgeLeaks?: string[] }).kedgeLeaks ??= watchStreams())

function watchStreams(): string[] {
  const leaks: string[] = []
  for (const stream of [process.stdout, process.stderr]) watch(stream, leaks)
  return leaks
}

function watch(stream: NodeJS.WriteStream, leaks: string[]): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean
  stream.write = (...args: readonly unknown[]): boolean => {
    const text = typeof args[0] === 'string' ? args[0] : Buffer.from(args[0] as Uint8Array).toString('utf8')
    if (SPELLINGS.some((spelling) => text.includes(spelling))) leaks.push(text.slice(0, 200))
    return write(...args)
  }
}

afterEach(() => {
  const [leak] = leaks.splice(0)
  if (leak !== undefined) throw new Error(`a planted secret was written: ${leak}`)
})
