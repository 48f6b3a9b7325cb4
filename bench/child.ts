import type { ChildProcess } from 'node:child_process'

/** The next message of a child. @throws Error where it has ended without one: who waited for it would wait for ever */
export function messageFrom<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      child.off('message', heard)
      reject(new Error(`a child has ended without an answer: ${child.spawnargs.slice(1, 3).join(' ')}`))
    }
    const heard = (message: unknown): void => {
      child.off('disconnect', gone)
      resolve(message as T)
    }
    if (!child.connected) return gone()
    child.once('message', heard)
    child.once('disconnect', gone)
  })
}
