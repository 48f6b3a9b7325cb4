import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

// A browser that is on the machine, spoken to by its own protocol: https://chromedevtools.github.io/devtools-protocol/

/** One page of a browser. */
export interface Tab {
  /** Goes there and waits until all of it is loaded. */
  open(url: string): Promise<void>
  /** `still`: nothing moves, so that two pictures of one page are the same. */
  look(how: { width: number; height: number; scheme: 'light' | 'dark'; scripts?: boolean; scale?: number; still?: boolean }): Promise<void>
  /** What an expression of the page comes to, as JSON. Promises are waited for. */
  evaluate<T>(expression: string): Promise<T>
  /** What is seen of the page, PNG. */
  picture(): Promise<Buffer>
}

/** A browser without a window. Dispose ends it. */
export interface Browser extends Tab, AsyncDisposable {}

/** The program of a Chromium that is installed; undefined where there is none. `KEDGE_TEST_CHROMIUM_PROGRAM` names another. */
export function findChromium(): string | undefined {
  const named = process.env['KEDGE_TEST_CHROMIUM_PROGRAM']
  const programs = named ? [named] : ['chromium', 'chromium-browser', 'google-chrome']
  return programs.find((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0)
}

/** Starts it with a profile of its own, which is removed. */
export async function startChromium(program: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'kedge-chromium-'))
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // The reader's own time and words are the same on each machine.
    env: { ...process.env, TZ: 'UTC', LANG: 'en_US.UTF-8', LANGUAGE: 'en_US' },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const socket = await connect(new URL(await endpointOf(child)).port)
  const wire = createWire(socket)
  await wire.ask('Page.enable', {})
  return {
    ...tabOf(wire),
    async [Symbol.asyncDispose]() {
      socket.close()
      child.kill('SIGTERM')
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

// Nothing is asked of the network but the page itself; a container has no room in /dev/shm, and root no sandbox.
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
]

async function endpointOf(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error('the browser has no standard error')
  for await (const line of createInterface(child.stderr)) {
    const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (found !== undefined) {
      child.stderr.resume()
      return found
    }
  }
  throw new Error('the browser ended before it listened')
}

async function connect(port: string): Promise<WebSocket> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { type: string; webSocketDebuggerUrl: string }[]
  const page = targets.find(({ type }) => type === 'page')
  if (!page) throw new Error('the browser has no page')
  const socket = new WebSocket(page.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  return socket
}

interface Wire {
  ask: (method: string, params: object) => Promise<Record<string, unknown>>
  /** The next event of this name. */
  next: (event: string) => Promise<void>
}

interface Answer {
  id?: number
  method?: string
  result?: Record<string, unknown>
  error?: { message: string }
}

function createWire(socket: WebSocket): Wire {
  const waiting = new Map<number, (answer: Answer) => void>()
  const listeners = new Map<string, () => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    if (answer.method !== undefined) listeners.get(answer.method)?.()
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  return {
    next: (event) => new Promise((resolve) => listeners.set(event, resolve)),
    ask(method, params) {
      const id = ++last
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          if (error) reject(new Error(`${method}: ${error.message}`))
          else resolve(result ?? {})
        })
        socket.send(JSON.stringify({ id, method, params }))
      })
    },
  }
}

const features = ({ scheme, still }: { scheme: string; still: boolean }) => [
  { name: 'prefers-color-scheme', value: scheme },
  { name: 'prefers-reduced-motion', value: still ? 'reduce' : 'no-preference' },
]

function tabOf({ ask, next }: Wire): Tab {
  return {
    async open(url) {
      const loaded = next('Page.loadEventFired')
      await ask('Page.navigate', { url })
      await loaded
    },
    async look({ width, height, scheme, scripts = true, scale = 1, still = false }) {
      await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: false })
      await ask('Emulation.setEmulatedMedia', { features: features({ scheme, still }) })
      await ask('Emulation.setScriptExecutionDisabled', { value: !scripts })
    },
    async evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails).slice(0, 2_000))
      return (result as { value: T }).value
    },
    async picture() {
      const { data } = await ask('Page.captureScreenshot', {})
      return Buffer.from(String(data), 'base64')
    },
  }
}
