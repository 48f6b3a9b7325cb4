import nock from 'nock'

// Imported, it stands at once between the network and whoever else shares the process, and holds back what never becomes a whole request.
nock.restore()

export { nock }
