import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startStandby, type Standby } from '../standby.ts'
import type { Outage, Place } from './stage.ts'

const run = promisify(execFile)

function stopped(how: 'kill' | 'stop'): Outage['begin'] {
  return async ({ server }) => {
    await server[how]()
    return () => server.start()
  }
}

/** A disk of its own that can be filled. Only root may make one. */
async function smallDisk(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'kedge-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', path])
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path])
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** Whoever fills it leaves nothing, and the server may end itself over that. */
async function fillDisk({ server }: Place): Promise<() => Promise<void>> {
  const { bavail, bsize } = await statfs(server.folder)
  const filler = join(server.folder, 'filler')
  await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => undefined)
  await chmod(filler, 0o600)
  return async () => {
    await rm(filler)
    await server.revive()
  }
}

interface Two {
  place: Place
  standby: Standby
}

function withStandby(begin: (two: Two) => Promise<void>, end: (two: Two) => Promise<void>): Pick<Outage, 'prepare' | 'begin'> {
  let standby: Standby | undefined
  return {
    prepare: async ({ server }) => (standby = await startStandby(server)),
    async begin(place) {
      if (!standby) throw new Error('there is no standby')
      const two = { place, standby }
      await begin(two)
      return async () => {
        await end(two)
        place.proxy.leadTo(two.standby.port)
      }
    },
  }
}

/** The ways in which a database fails. */
export const OUTAGES: readonly Outage[] = [
  { name: 'killed', begin: stopped('kill') },
  { name: 'stopped', begin: stopped('stop') },
  {
    name: 'cut',
    isSeldom: true,
    // Every third transaction, when the server has committed it and no answer has come.
    async begin({ proxy }) {
      let commits = 0
      proxy.cut = (sent) => (/COMMIT\0/.test(sent) && (commits += 1) % 3 === 0 ? 'after' : undefined)
      return async () => void (proxy.cut = () => undefined)
    },
  },
  {
    name: 'silent',
    // Nobody says that the connection is gone.
    async begin({ proxy }) {
      proxy.cut = () => 'hold'
      return async () => void (proxy.cut = () => undefined)
    },
  },
  {
    name: 'slow by 2 s',
    async begin({ proxy }) {
      proxy.delayMs = 1_000
      return async () => void (proxy.delayMs = 0)
    },
  },
  // Whoever leads nothing writes nothing.
  { name: 'disk full', isSeldom: true, folder: smallDisk, begin: fillDisk },
  {
    name: 'failed over',
    ...withStandby(
      ({ place }) => place.server.kill(),
      ({ standby }) => standby.promote(),
    ),
  },
  {
    name: 'failed over, the old one lives on',
    // It takes statements as before, and acknowledges none: nobody follows it.
    ...withStandby(
      ({ standby }) => standby.promote(),
      async () => undefined,
    ),
  },
]
