// A Go process beside the kit, built on Debian's grpc-go and etcd packages alone.
//
//	peer call     dials etcd:///TARGET by etcd's own naming and calls every 10 ms, until its standard input ends
//	peer serve    serves, and registers itself by etcd's own naming, until its standard input ends
//
// Each call, and each end of a phase, is one line on standard output.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"go.etcd.io/etcd/clientv3"
)

// Wire-compatible with the probe service of the tests: text is field 1 of request and response.
const (
	service = "interceptors.testing.Probe"
	method  = "Unary"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("give call or serve"))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	etcd := flags.String("etcd", "", "the address of etcd")
	target := flags.String("target", "", "what stands behind etcd:///, or what is registered under")
	policy := flags.String("policy", "pick_first", "the load balancing policy")
	ca := flags.String("ca", "", "the authority to trust; TLS if it is given")
	name := flags.String("name", "", "the name in the server's certificate")
	authority := flags.String("authority", "", "what to say in :authority instead of the target")
	address := flags.String("address", "127.0.0.1:0", "where to listen")
	metadata := flags.String("metadata", "", "JSON: the metadata to register")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err)
	}

	client, err := clientv3.NewFromURL(*etcd)
	if err != nil {
		fail(err)
	}
	defer client.Close()
	switch os.Args[1] {
	case "call":
		err = call(client, *target, *policy, *ca, *name, *authority)
	case "serve":
		err = serve(client, *target, *address, *metadata)
	default:
		err = fmt.Errorf("give call or serve, not %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

// ended is closed when the standard input ends: whoever started this process has ended, or wants it to.
func ended() <-chan struct{} {
	end := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(end)
	}()
	return end
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peer:", err)
	os.Exit(1)
}
