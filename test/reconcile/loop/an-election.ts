import type { Candidate, LeaderElection, OthersEntry } from '../../../src/ports/leader-election.ts'

/** An election in which a test says who leads what. */
export interface AnElection extends LeaderElection {
  names: () => readonly string[]
  gain: (name: string) => void
  lose: (name: string) => Promise<void>
  left: () => readonly string[]
  /** Another process has appended this. */
  hear: (entry: OthersEntry) => void
  /** Those who listen, and whether anybody takes part. */
  listening: () => number
  isOver: () => boolean
}

/** See {@link AnElection}. `others`: who leads what this process does not. */
export function anElection(others: Readonly<Record<string, string>> = {}): AnElection {
  const own = new Set<string>()
  const listeners = new Set<(entry: OthersEntry) => void>()
  let candidate: Candidate | undefined
  let names: readonly string[] = []
  let isOver = false
  return {
    holder: 'me',
    follow: async () => undefined,
    subscribe(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    campaign(of, taking) {
      names = of
      candidate = taking
      return { begun: Promise.resolve(), [Symbol.asyncDispose]: async () => void (isOver = true) }
    },
    leaders: () => [
      ...[...own].map((name) => ({ name, number: 1, holder: 'me', isOwn: true })),
      ...Object.entries(others).map(([name, holder]) => ({ name, number: 1, holder, isOwn: false })),
    ],
    names: () => names,
    gain(name) {
      own.add(name)
      candidate?.gained(name, (work) => work())
    },
    async lose(name) {
      own.delete(name)
      await candidate?.lost(name)
    },
    left: () => candidate?.left() ?? [],
    hear: (entry) => listeners.forEach((listener) => listener(entry)),
    listening: () => listeners.size,
    isOver: () => isOver,
  }
}
