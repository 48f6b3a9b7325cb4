import { connect } from 'node:net'

/** Where a commit server tells git its password. No option moves it, so there is one commit server a machine. It leaves it when it ends. */
export const COMMIT_SERVER = '/tmp/commit-server-ask-pass.sock'

/**
 * Whether a control plane of another clone, or an Argo CD, runs on this machine: their commit servers would answer each other's questions.
 */
export function hasNeighbour(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(COMMIT_SERVER)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

export const NEIGHBOUR = `another control plane runs on this machine and has ${COMMIT_SERVER}; npm run e2e:down in its clone ends it`
