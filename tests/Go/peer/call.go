package main

import (
	"context"
	"fmt"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/naming/resolver"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

func call(client *clientv3.Client, target, policy, ca, name, authority string) error {
	builder, err := resolver.NewBuilder(client)
	if err != nil {
		return err
	}
	options := []grpc.DialOption{
		grpc.WithResolvers(builder),
		grpc.WithDefaultServiceConfig(fmt.Sprintf(`{"loadBalancingConfig":[{%q:{}}]}`, policy)),
	}
	if ca == "" {
		options = append(options, grpc.WithInsecure())
	} else {
		tls, err := credentials.NewClientTLSFromFile(ca, name)
		if err != nil {
			return err
		}
		options = append(options, grpc.WithTransportCredentials(tls))
	}
	if authority != "" {
		options = append(options, grpc.WithAuthority(authority))
	}
	connection, err := grpc.Dial("etcd:///"+target, options...)
	if err != nil {
		return err
	}
	defer connection.Close()

	end := ended()
	for {
		callOnce(connection)
		select {
		case <-end:
			return nil
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// callOnce prints "ok ADDRESS" or "CODE text".
func callOnce(connection *grpc.ClientConn) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var server peer.Peer
	var response wrappers.StringValue
	err := connection.Invoke(
		ctx, "/"+service+"/"+method, &wrappers.StringValue{Value: "hello"}, &response, grpc.WaitForReady(true), grpc.Peer(&server))
	switch {
	case err != nil:
		fmt.Println(status.Code(err), status.Convert(err).Message())
	case response.Value != "hello":
		fmt.Println("wrong answer", response.Value)
	default:
		fmt.Println("ok", server.Addr)
	}
}
