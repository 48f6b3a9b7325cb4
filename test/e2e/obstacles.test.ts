import { expect, it } from 'vitest'
import { findObstacles, type Machine } from './control-plane/obstacles.ts'

/** A machine with everything on it and all of it built, but for what is given. */
function machine(given: Partial<Machine> = {}): Machine {
  return {
    isRunning: () => false,
    hasNeighbour: async () => false,
    answers: async () => true,
    unbuilt: async () => [],
    freeDisk: async () => 100,
    freeMemory: () => 16,
    openPort: async () => undefined,
    fetchPackages: async () => undefined,
    ...given,
  }
}

it('nothing is in the way on a machine that has everything', async () => {
  expect(await findObstacles(machine())).toEqual([])
})

it('everything that is missing is named at once, with where it comes from, and nothing is fetched or built', async () => {
  const fetched: string[] = []
  const bare = machine({
    answers: async () => false,
    freeDisk: async () => 1,
    freeMemory: () => 2,
    hasNeighbour: async () => true,
    openPort: async () => Promise.reject(new Error('EMFILE')),
    unbuilt: async () => Promise.reject(new Error('nobody asks a Go that is not there')),
    fetchPackages: async (module) => void fetched.push(module),
  })
  expect(await findObstacles(bare)).toEqual([
    expect.stringMatching(/^another control plane runs on this machine/),
    'go is not on the PATH; install Go 1.26 or newer',
    'redis-server is not on the PATH; on Debian: apt-get install redis-server',
    'git is not on the PATH; on Debian: apt-get install git',
    'ps is not on the PATH; on Debian: apt-get install procps',
    '1.0 GB of disk are free, and 16 are needed to build',
    '2.0 GB of memory are free, and 6 are needed to build',
    'no port of 127.0.0.1 can be opened: EMFILE',
  ])
  expect(fetched).toEqual([])
})

it('redis that is missing is named before Go is asked for a package', async () => {
  const fetched: string[] = []
  const without = machine({
    answers: async (program) => program !== 'redis-server',
    unbuilt: async () => ['kubernetes'],
    fetchPackages: async (module) => void fetched.push(module),
  })
  expect(await findObstacles(without)).toEqual([expect.stringMatching(/^redis-server is not on the PATH/)])
  expect(fetched).toEqual([])
})

it('a running control plane is in the way, and its own commit server is no neighbour', async () => {
  const running = machine({ isRunning: () => true, hasNeighbour: async () => true })
  expect(await findObstacles(running)).toEqual(['a control plane runs already; npm run e2e:down ends it'])
})

it.each([
  [[], { disk: 3, memory: 5 }, []],
  [
    ['helm'] as const,
    { disk: 3, memory: 5 },
    ['3.0 GB of disk are free, and 16 are needed to build', '5.0 GB of memory are free, and 6 are needed to build'],
  ],
  [[], { disk: 1, memory: 3 }, ['1.0 GB of disk are free, and 2 are needed to run', '3.0 GB of memory are free, and 4 are needed to run']],
])('a build (of %j) needs more room than a run', async (unbuilt, { disk, memory }, expected) => {
  const small = machine({ unbuilt: async () => unbuilt, freeDisk: async () => disk, freeMemory: () => memory })
  expect(await findObstacles(small)).toEqual(expected)
})

it('Gitea is built with a C compiler, and may be left out', async () => {
  const fetched: string[] = []
  const bare = machine({
    answers: async (program) => program !== 'gcc',
    unbuilt: async () => ['gitea'],
    fetchPackages: async (module) => void fetched.push(module),
  })
  expect(await findObstacles(bare)).toEqual([expect.stringMatching(/^gcc is not on the PATH, and Gitea is built with it/)])
  expect(await findObstacles(bare, ['gitea'])).toEqual([])
  expect(fetched).toEqual([])
})

it('a Go that cannot answer, and packages that cannot be fetched, are told in its words', async () => {
  const words = { message: 'Command failed', stderr: 'go: downloading\ngo: toolchain not available\n' }
  const mute = machine({ unbuilt: async () => Promise.reject(Object.assign(new Error(), words)) })
  expect(await findObstacles(mute)).toEqual(['Go does not answer: go: toolchain not available'])
  const offline = machine({
    unbuilt: async () => ['helm', 'kustomize'],
    fetchPackages: async (module) => Promise.reject(new Error(`${module}: no route to host`)),
  })
  expect(await findObstacles(offline)).toEqual([
    'the Go packages of helm cannot be fetched: helm: no route to host',
    'the Go packages of kustomize cannot be fetched: kustomize: no route to host',
  ])
})
