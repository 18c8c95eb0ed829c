// Asks a server for a run as an app would, with the official client, and prints what the app gets to see.
import OpenAI from 'openai';

const [baseURL, thread] = process.argv.slice(2);
const client = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 });
const told = {};
try {
  const stream = client.beta.threads.runs.stream(thread, { assistant_id: 'asst_1' });
  const run = await stream.finalRun();
  told.status = run.status;
} catch (error) {
  told.error = error.message;
}
console.log(JSON.stringify(told));
