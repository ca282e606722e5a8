// A broker of MQTT 3.1.1 in a process of its own: retained messages and wills, all in memory. Says "ready" when it listens.
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const aedes = await Aedes.createBroker();
createServer(aedes.handle).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
