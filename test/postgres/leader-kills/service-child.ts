// Run as a child process: the whole service, which kills itself at its nth call outside, before or after that has its effect. Says when it
// is ready, and each call that it begins.
import { loadConfig } from '../../../src/config/load.ts'
import { createService } from '../../../src/service.ts'
import type { Adapters } from '../../../src/service/adapters.ts'
import { realAdapters } from '../../../src/service/real-adapters.ts'
import { POINTS } from '../../simulation/killer.ts'

const [file = '', at = '0', when = 'before'] = process.argv.slice(2)
let calls = 0

/** `kill -9`: nothing of this process runs any more. */
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function mortal<T extends object>(port: T, methods: readonly string[]): T {
  return new Proxy(port, {
    get(from, name, receiver) {
      const value: unknown = Reflect.get(from, name, receiver)
      if (typeof value !== 'function' || !methods.includes(String(name))) return value
      return async (...given: unknown[]): Promise<unknown> => {
        calls += 1
        const isLast = calls === Number(at)
        process.send?.({ call: String(name) })
        if (isLast && when === 'before') die()
        const result: unknown = await Reflect.apply(value, from, given)
        if (isLast) die()
        return result
      }
    },
  })
}

const adapters: Adapters = {
  ...realAdapters,
  async forges(site) {
    const forges = await realAdapters.forges(site)
    return { ...forges, forRepository: (url) => mortal(forges.forRepository(url), POINTS.forge) }
  },
  repositories(site, forges) {
    const repositories = realAdapters.repositories(site, forges)
    return { ...repositories, open: async (url) => mortal(await repositories.open(url), POINTS.git) }
  },
  async channel(site) {
    const channel = await realAdapters.channel(site)
    return channel && mortal(channel, POINTS.channel)
  },
}
const { config, secrets } = loadConfig({ file, env: {} })
const service = await createService(config, secrets, adapters)
await service.ready()
process.send?.('ready')
process.once('disconnect', () => void service[Symbol.asyncDispose]().then(() => process.exit(0)))
